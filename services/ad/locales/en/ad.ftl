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

# Dates
date = { $day } { $month } { $year }
date-month = { $month } { $year }
date-time = { $date }, { $time }
month =
    { $name ->
        [jan] January
        [feb] February
        [mar] March
        [apr] April
        [may] May
        [jun] June
        [jul] July
        [aug] August
        [sep] September
        [oct] October
        [nov] November
       *[dec] December
    }

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
campaigns-rate = CTR
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
ledger-hint = Every charged click and every credit, newest first. Times and days are in the { $zone } time zone.
ledger-empty = Nothing was charged yet. Each charged click becomes a line here.
ledger-export = Export as CSV
ledger-time = Time
ledger-campaign = Campaign
ledger-day = Budget day
ledger-amount = Amount
ledger-kind = Line
ledger-charge = Charged click
ledger-credit = Credit: { $reason }
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
problem-sent-title = Sent already
problem-sent = This form was sent with other values before. Open that campaign to change it, or open a new form.
problem-again = Try again
problem-home = Go to the home page

# House ad
house-advertiser = DevOps-Practice Ads
house-headline = Your ad could be here
house-body = Pay only for clicks, and never more than your daily budget.

# Form of a campaign
form-new = New campaign
form-edit = Edit campaign
form-errors = Nothing was saved. Please check the marked fields.
form-ad = The ad
form-headline = Headline
form-headline-hint = At most 60 characters
form-body = Text
form-body-hint = At most 140 characters
form-landing_url = Link
form-landing_url-hint = Where a click leads. It begins with https://
form-image = Image
form-image-other = Another image
form-image-hint = Optional. PNG, JPEG or WebP, at most 1 MB and 2,000 pixels wide and high
form-image-remove = Remove the image
form-image_alt = Description of the image
form-image_alt-hint = For people who do not see it; needed with an image
form-preview = Preview
form-preview-hint = This is how people see your ad on their page.
form-audience = Campaign and audience
form-name = Name
form-name-hint = For your own use; viewers do not see it
form-locale = Language of the ad
form-locale-hint = Only pages in this language show it
form-locale-ko = Korean
form-locale-en = English
form-viewers = Who sees it
form-viewers-own = Members of our company
form-viewers-all = People of all companies
form-interests = Interests
form-interests-hint = None chosen: everyone. Interests count only for people who have consented.
form-budget = Bid and budgets
form-bid = Highest price of a click ({ $currency })
form-bid-hint = You never pay more for a click, and often less
form-daily_budget = Budget per day ({ $currency })
form-daily_budget-hint = Never exceeded
form-total_budget = Budget of all days ({ $currency })
form-total_budget-hint = Empty for no maximum
form-schedule = Schedule
form-starts_on = First day
form-starts_on-hint = Empty to start at once
form-ends_on = Last day
form-ends_on-hint = Empty for no end
form-frequency_cap = Impressions per person and day
form-frequency_cap-hint = 1 to 100; empty for no maximum
form-hours = Hours of the day
form-hours-hint = None chosen: all hours. Hours are in the { $zone } time zone.
form-start = Start campaign
form-draft = Save as draft
form-save = Save
form-cancel = Cancel
interest-books-and-literature = Books
interest-food-and-drink = Food and drink
interest-healthy-living = Healthy living
interest-hobbies = Hobbies
interest-home-and-garden = Home and garden
interest-music = Music
interest-sports = Sports
interest-style-and-fashion = Style
interest-technology-and-computing = Technology
interest-travel = Travel

# Errors beside the fields
invalid-required = Please fill in this field.
invalid-too-long = At most { $max } characters, please.
invalid-url = Please enter a complete web address, such as https://example.com/offer.
invalid-amount = Please enter a number, such as 300 or 1.50.
invalid-bid-too-small = The lowest price of a click is { $least }.
invalid-bid-too-large = The bid must not be more than the budgets.
invalid-budget-too-small = The budget must be enough for one click at your bid.
invalid-too-large = This amount is too high.
invalid-not-payable = The smallest payable amount is { $step }.
invalid-date = Please enter a date, such as 2026-12-24.
invalid-before-start = The last day must not be before the first day.
invalid-in-the-past = The last day must not be in the past.
invalid-frequency = Please enter a number from 1 to 100.
invalid-status = The campaign cannot change to this state.
invalid-rejected = Every ad of this campaign was rejected. Change one of them first.
invalid-image-kind = Please choose a PNG, JPEG or WebP image.
invalid-image-too-large = This image is too large: at most 1 MB and 2,000 pixels wide and high, please.
invalid-image-unreadable = This image cannot be read. Please choose another one.
invalid-image-quota = Your company’s images take all of their 20 MB. Images that no ad uses make room after two days.
invalid-image-busy = Other images are being read at the moment. Please try again.
invalid-image-unknown = This image is no longer stored. Please choose it again.
invalid-value = This value is not possible.

# Preview of an ad, in its own language
preview-badge = Ad
preview-label = Advertisement by { $advertiser }
preview-headline = Your headline
preview-body = Your text

# Campaign
action-start = Start
action-resume = Resume
action-pause = Pause
action-withdraw = Withdraw from review
action-edit = Edit
action-duplicate = Duplicate
creatives-title = Ads
creatives-hint = A campaign can have several ads. A changed text, image or link is reviewed again before it is shown.
creatives-edit = Edit this ad
creatives-save = Save ad
creatives-remove = Remove ad
creatives-add = Add an ad
review-pending = In review
review-approved = Approved
review-rejected = Rejected
settings-title = Settings
settings-today = Spent today
settings-total = Budget of all days
settings-bid = Highest price of a click
settings-flight = Flight
settings-hours = Hours
settings-interests = Interests
settings-viewers = Who sees it
settings-frequency = Impressions per person and day
settings-all = All
settings-none = No limit
end-title = End the campaign
end-text = A campaign that has ended cannot be started again. Its report stays, and you can duplicate it.
end-do = End for good

# Report
report-title = Report
report-export = Export as CSV
report-periods = Length of the periods
report-by-hour = Hours
report-by-day = Days
report-by-month = Months
report-move = Earlier and later
report-previous = Earlier
report-next = Later
report-table = Show as a table
report-period = Period
report-impressions = Impressions
report-clicks = Charged clicks
report-rate = CTR
report-spent = Spending
report-hint = Periods are in the { $zone } time zone. Impressions are kept for 90 days, charged clicks and spending for good.
report-chart = { $name }: { $total } in total, at most { $highest } in one period.
refused-title = Not charged
refused-hint = Clicks that were not counted in this period, by reason.
refused-robot = Robots and link previews
refused-prefetch = Loaded before a person opened the link
refused-expired = Expired links
refused-forged = Forged links
refused-no-impression = Clicks without an impression
