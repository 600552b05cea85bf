# Everywhere
product = My page
sign-in = Sign in
sign-out = Sign out
to-home = Home
to-usage = Usage
skip-to-content = Skip to content

# Landing
landing-title = A page of your own
landing-text = Your profile, what happened, what you like and where you are signed in: all of your account on one calm page.
landing-sign-up = Sign up your company
landing-point-timeline = A timeline that grows as things happen
landing-point-choice = Ads by your interests only if you say so
landing-point-devices = Every device you are signed in on, and an end to any of them

# Page
greeting = Hello, { $name }
profile-title = Profile
profile-email = E-mail
profile-company = Company
profile-role = Role
profile-joined = Joined
role-admin = Admin
role-member = Member

# Ad
ad-badge = Ad
ad-label = Advertisement by { $advertiser }
missing-ad = No ad right now.

# Timeline
timeline-title = Activity
timeline-empty = Nothing yet. What happens to your account shows up here by itself.
timeline-older = Older
timeline-newest = Back to the newest
activity-signed-in = Signed in
activity-signed-out = Signed out
activity-ad-seen = Saw an ad
activity-ad-clicked = Followed an ad
activity-preferences-changed = Changed interests or consent
today = Today
yesterday = Yesterday

# Preferences
preferences-title = What you like
preferences-hint = Choose what interests you.
preferences-consent = Choose ads by my interests
preferences-consent-hint = Without it, ads follow your language and your company only.
preferences-save = Save
preferences-saved = Saved
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

# Sessions
sessions-title = Where you are signed in
sessions-current = This device
sessions-unknown-device = Unknown device
sessions-last-used = Last used: { $time }
sessions-end = End
sessions-end-label = End the session on { $device }
missing-sessions = Your devices can’t be listed right now. Nothing has changed with them.
sessions-not-ended = That session could not be ended. Please try again.

# Usage
usage-title = Usage
usage-month = { $month } { $year }
usage-hint = Months follow the time of { $zone }.
usage-previous = Earlier month
usage-next = Later month
metric-login-sign-ins = Sign-ins
metric-login-monthly-active-members = Active members
metric-mypage-page-views = Page views
metric-ad-impressions = Ads seen
metric-ad-clicks = Ads followed
campaigns-title = Campaigns
campaigns-hint = Your own campaigns and what they spent today.
campaigns-none = No campaigns yet.
campaign-active = Running
campaign-paused = Paused
campaign-share = { $spent } of { $budget } spent today

# Dates
date-long = { $weekday }, { $day } { $month }
date-with-year = { $day } { $month } { $year }
time-on-date = { $date }, { $time }
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
weekday =
    { $name ->
        [mon] Monday
        [tue] Tuesday
        [wed] Wednesday
        [thu] Thursday
        [fri] Friday
        [sat] Saturday
       *[sun] Sunday
    }

# What went wrong
problem-sign-in-title = Sign-in did not finish
problem-sign-in-expired = It took too long, or it was begun in another browser. Please try again.
problem-sign-in-refused = The sign-in was refused.
problem-sign-in-unavailable = Sign-in can’t be reached at the moment. Please try again shortly.
problem-forbidden-title = For admins
problem-forbidden = This page is for your company’s admins.
problem-not-found-title = Nothing here
problem-not-found = There is no page at this address.
problem-internal-title = Something went wrong
problem-internal = That is on us. Please try again shortly.
problem-again = Try again
problem-home = To the start
