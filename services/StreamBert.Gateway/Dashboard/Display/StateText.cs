using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Names states, severities, stages and causes of the log for people; a word that is not known is shown as it is.</summary>
internal static class StateText
{
    public static string Of(string state) => state switch
    {
        "critical" => L["critical"],
        "warning" => L["warning"],
        "info" => L["info"],
        "firing" => L["firing"],
        "changed" => L["changed"],
        "repeated" => L["repeated"],
        "acknowledged" => L["acknowledged"],
        "resolved" => L["resolved"],
        "escalated" => L["escalated"],
        "test" => L["test"],
        _ => OfModel(state),
    };

    private static string OfModel(string state) => state switch
    {
        "serving" => L["serving"],
        "retired" => L["retired"],
        "shadow" => L["shadow"],
        "canary" => L["canary"],
        "promoted" => L["promoted"],
        "rolled-back" => L["rolled-back"],
        "cancelled" => L["cancelled"],
        "accepted" => L["accepted"],
        "rejected" => L["rejected"],
        "refused" => L["refused"],
        _ => OfRun(state),
    };

    private static string OfRun(string state) => state switch
    {
        "started" => L["started"],
        "queued" => L["queued"],
        "running" => L["running"],
        "completed" => L["completed"],
        "skipped" => L["skipped"],
        "failed" => L["failed"],
        "passed" => L["passed"],
        "not-evaluated" => L["not evaluated"],
        "count" => L["count"],
        "schedule" => L["schedule"],
        "drift" => L["drift"],
        "request" => L["request"],
        "open" => L["open"],
        "replayed" => L["replayed"],
        "discarded" => L["discarded"],
        _ => state,
    };
}
