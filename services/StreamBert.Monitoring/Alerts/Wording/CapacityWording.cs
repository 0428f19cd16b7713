using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Capacity;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of full tables.</summary>
internal static class CapacityWording
{
    public static AlertWording Of(AlertRule rule, CapacityEvidence capacity) => new()
    {
        Title = $"More {capacity.Overflow.Table} in {rule.Series.Pipeline} than the monitor tracks: "
            + $"its capacity is {Number(capacity.Overflow.Capacity)}",
        Message = Message(capacity, rule.Series.Pipeline),
        EvidenceKind = "count, no test",
        Resolution = $"All {capacity.Overflow.Table} of the last {rule.Policy.ClearAfter} windows are tracked.",
    };

    private static string Message(CapacityEvidence capacity, string pipeline)
    {
        var (table, limit) = (capacity.Overflow, Number(capacity.Overflow.Capacity));
        return $"From {Window(capacity.Window)} at least {Number(table.Names)} of the {table.Table} of {pipeline} exceeded the capacity or "
            + $"were evicted; {Number(table.Uses)} uses of them count in the totals and are not tracked individually. The {limit} most "
            + $"frequently used ones are tracked and keep what was learned of them. If the names are valid, raise {capacity.Option} "
            + $"(now {limit}); else find the producer that writes free text there.";
    }
}
