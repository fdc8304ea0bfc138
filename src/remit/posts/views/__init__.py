"""Pages of the posts room: lists, composing, one post, approvals and pictures."""
