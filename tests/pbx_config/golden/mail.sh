# Written by allo from its directory. Asterisk runs it for each message that was left.
exec nice -n 10 /opt/allo/.venv/bin/python -m mailer '/var/lib/allo'"'"'s'
