"""The door: every act is proposed, decided, asked about, done and recorded here.

act.py        what an act is          door.py      propose, revise, withdraw: the way in
directory.py  who may, who is meant   answering.py questions answered
packs.py      the policies in use     consider.py  decide a proposal again, and do what that allows
facts.py      what is decided on      naming.py     who is named anew for each act
says.py · duties.py · referrals.py: what a decision leaves behind
states.py     state moments           sweep.py · outbox.py · worker.py: the clock
"""
