### British English: only what differs from `en-US.ftl`, which holds everything else.

scheme = Colour scheme
home-paybot-lead = A friendly dialogue asks for card details, checks each of them, and hands them to Stripe. Nothing sensitive is kept.
home-paybot-1-text = The dialogue asks for what is missing, explains what looks wrong, and lets people correct it.
home-market-1-text = Every creator has a catalogue, a look and a domain of their own.
key-name-hint = So that you recognise it later, for example the program that uses it.
region-fedramp = FedRAMP data centres only
