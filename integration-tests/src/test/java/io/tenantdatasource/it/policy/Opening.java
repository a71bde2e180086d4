package io.tenantdatasource.it.policy;

/** A change of the schema after which the application sees another organization's rows. */
enum Opening {
    PARTITION(
            "partition-without-row-security",
            "public.events_2027",
            "create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01');"
                    + "insert into events (workspace_id, happened_on) select id, '2027-05-01' from workspaces;",
            "grant select on events_2027 to {app}",
            "select count(*) > 1 from events_2027"),
    ATTACHED_PARTITION(
            "partition-without-row-security",
            "public.older",
            "create table older (like events); insert into older select 1, id, '2025-05-01' from workspaces;"
                    + "grant select on older to {app}",
            "alter table events attach partition older for values from ('2025-01-01') to ('2026-01-01')",
            "select count(*) > 1 from older"),
    CHILD(
            "partition-without-row-security",
            "public.copied_templates",
            "create table copied_templates () inherits (templates);"
                    + "insert into copied_templates select * from only templates;",
            "grant select on copied_templates to authenticated",
            "select count(*) > 2 from copied_templates"),
    VIEW(
            "view-that-shows-hidden-rows",
            "public.all_surveys",
            "create view all_surveys as select * from surveys;",
            "grant select on all_surveys to {app}",
            "select count(*) > 1 from all_surveys"),
    VIEW_OF_A_VIEW(
            "view-that-shows-hidden-rows",
            "public.outer_one",
            "create view inner_one as select * from surveys; grant select on inner_one to {owner};"
                    + "create view outer_one as select * from inner_one; alter view outer_one owner to {owner};",
            "grant select on outer_one to {app}",
            "select count(*) > 1 from outer_one"),
    VIEW_OF_A_PARTITION(
            "view-that-shows-hidden-rows",
            "public.by_its_name",
            "create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01');"
                    + "insert into events (workspace_id, happened_on) select id, '2027-05-01' from workspaces;"
                    + "alter table events_2027 owner to {owner};"
                    + "create view by_its_name as select * from events_2027; alter view by_its_name owner to {owner};",
            "grant select on by_its_name to {app}",
            "select count(*) > 1 from by_its_name"),
    NO_LONGER_THE_INVOKERS(
            "view-that-shows-hidden-rows",
            "public.as_invoker",
            "create view as_invoker with (security_invoker = true) as select * from surveys; grant select on as_invoker to {app};",
            "alter view as_invoker set (security_invoker = false)",
            "select count(*) > 1 from as_invoker"),
    MATERIALIZED_VIEW(
            "materialized-view-of-hidden-rows",
            "public.copied",
            "create materialized view copied as select * from surveys;",
            "grant select (name) on copied to {app}",
            "select count(name) > 1 from copied"),
    FUNCTION(
            "definer-function-that-is-not-bound",
            "public.count_surveys(uuid, text)",
            "create procedure nothing() language sql as '';",
            "create function count_surveys(uuid, text) returns bigint language sql security definer"
                    + " set search_path = public, pg_temp as 'select count(*) from surveys'",
            "select count_surveys(null, null) > 1"),
    FOREIGN_KEY(
            "foreign-key-without-row-security",
            "public.answers",
            "create table answers (choice uuid references choices (id)); insert into answers select id from choices;",
            "grant select on answers to {app}",
            "select count(*) > 1 from answers"),
    COLUMN(
            "organization-column-without-row-security",
            "public.\"Notes\"",
            "create table \"Notes\" (organization_id uuid); insert into \"Notes\" select id from organizations;",
            "grant select on \"Notes\" to {app}",
            "select count(*) > 1 from \"Notes\""),
    COLUMN_OF_A_COPY(
            "organization-column-without-row-security",
            "public.copied_surveys",
            "alter default privileges in schema public grant select on tables to authenticated;",
            "create table copied_surveys as select * from surveys",
            "select count(*) > 1 from copied_surveys"),
    SWITCHED_OFF(
            "policy-without-row-security",
            "public.surveys",
            "",
            "alter table surveys disable row level security",
            "select count(*) > 1 from surveys"),
    NOT_FORCED(
            "row-security-not-forced",
            "public.surveys",
            "create view of_the_owner as select * from surveys; alter view of_the_owner owner to {owner};"
                    + "grant select on of_the_owner to {app};",
            "alter table surveys no force row level security",
            "select count(*) > 1 from of_the_owner"),
    POLICY(
            "policy-that-widens",
            "also on public.surveys",
            "",
            "create policy also on surveys for select to {app} using (true)",
            "select count(*) > 1 from surveys"),
    POLICY_OF_A_PARTITION(
            "policy-that-widens",
            "also on public.events_2027",
            "create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01');"
                    + "insert into events (workspace_id, happened_on) select id, '2027-05-01' from workspaces;"
                    + "alter table events_2027 enable row level security; grant select on events_2027 to {app};",
            "create policy also on events_2027 using (true)",
            "select count(*) > 1 from events_2027");

    private final String rule;
    private final String object;
    private final String preparation;
    private final String change;
    private final String proof;

    Opening(String rule, String object, String preparation, String change, String proof) {
        this.rule = rule;
        this.object = object;
        this.preparation = preparation;
        this.change = change;
        this.proof = proof;
    }

    /** As the check calls it. */
    String rule() {
        return rule;
    }

    String object() {
        return object;
    }

    /** What shows nothing yet, as a superuser. */
    String preparation() {
        return preparation;
    }

    /** What opens it, as a superuser: one command. */
    String change() {
        return change;
    }

    /** A query that is true where the application sees more than its tenant's. */
    String proof() {
        return proof;
    }
}
