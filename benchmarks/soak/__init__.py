"""What only time shows: a thousand calls, minutes of random dialogues, a hundred lost links."""
