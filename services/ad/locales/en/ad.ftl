# Common
product = Ads
sign-in = Sign in
sign-out = Sign out
pages = Pages
to-campaigns = Campaigns
to-ledger = Ledger
skip-to-content = Skip to content
continue-title = One moment
continue-text = The page changes in a moment. If it does not, use this link.
continue-do = Continue

# Landing
landing-title = Reach people while they work
landing-text = Show ads on the pages of your own members, or of every company. You pay only for clicks.
landing-start = Manage campaigns
landing-sign-up = Sign up your company
landing-point-budget = A daily budget that is never exceeded
landing-point-click = The price of a click follows from the other bids, and is never above yours
landing-point-consent = Interests count only for people who have consented
landing-docs = API for programs

# Campaigns
campaigns-title = Campaigns
campaigns-new = New campaign
campaigns-month = This month
campaigns-older = Show older campaigns
campaigns-newest = Back to the newest campaigns
campaign-share = { $spent } of { $budget } spent today
status-draft = Draft
status-in-review = In review
status-active = Running
status-paused = Paused
status-ended = Ended

# No campaigns yet
empty-title = Your first campaign
empty-text = Write a headline, a sentence and a link, and say what a click is worth to you. You can pause the campaign at any time.
empty-create = Create a campaign

# Ledger
ledger-title = Ledger
ledger-hint = Every charged click, newest first. Times and days are in the { $zone } time zone.
ledger-empty = Nothing was charged yet. Each charged click becomes a line here.
ledger-export = Export as CSV
ledger-time = Time
ledger-campaign = Campaign
ledger-day = Budget day
ledger-amount = Amount
ledger-older = Show older entries
ledger-newest = Back to the newest entries

# Problems
problem-forbidden-title = Admins only
problem-forbidden = Campaigns are managed by your company’s admins. Ask one of them for the role.
problem-not-known-title = One moment please
problem-not-known = Your company has just signed up and is not known here yet. Open the page again in a few seconds.
problem-changed-title = Changed in the meantime
problem-changed = Someone else has changed this campaign since you opened the form. Nothing was saved. Open the campaign again and repeat your change.
problem-too-many-title = Too many running campaigns
problem-too-many = A company can have at most 1,000 running campaigns. Pause one first.
problem-currency-title = Currency not supported
problem-currency = Campaigns do not support the currency of your company yet.
problem-again = Try again
problem-home = Go to the home page

# House ad
house-advertiser = DevOps-Practice Ads
house-headline = Your ad could be here
house-body = Pay only for clicks, and never more than your daily budget.
