"""The pictures of drumming: a part on its steps, and a style with its intervals."""
