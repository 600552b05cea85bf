-- The status of a campaign beside `active`, which the list is ordered by. The version before knows only `active`, and does not
-- update `status`: an active campaign is active whatever it says, and null is paused.
ALTER TABLE campaign ADD COLUMN status text;
