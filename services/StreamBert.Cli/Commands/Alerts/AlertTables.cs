using StreamBert.Cli.Output;
using StreamBert.Gateway.Alerts;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Prints alerts, silences and messages.</summary>
internal static class AlertTables
{
    public static void Write(IReadOnlyList<AlertOverview> alerts)
    {
        if (alerts.Count == 0)
        {
            Terminal.Out.WriteLine("No alerts.");
            return;
        }
        foreach (var alert in alerts)
        {
            Terminal.Out.WriteLine(
                $"{alert.Raised.Severity}, since {Format.Time(alert.Raised.RaisedAt)}, "
                + DescribeState(alert).Replace("\n", ", ", StringComparison.Ordinal));
            Terminal.Out.WriteLine($"  {alert.Raised.Title}");
            Terminal.Out.WriteLine($"  {alert.Raised.Id}"); // on a line of its own, so that it can be copied
        }
    }

    public static void WriteDetails(AlertOverview alert)
    {
        var (raised, table) = (alert.Raised, Terminal.CreateTable(null, "alert", alert.Raised.Id));
        table.AddCells("title", raised.Title);
        table.AddCells("state", DescribeState(alert));
        table.AddCells("severity", raised.Severity);
        table.AddCells("kind", raised.Kind);
        table.AddCells("series", $"{raised.Series.Pipeline}, {raised.Series.Head}, {raised.Series.Segment}");
        table.AddCells("since", Format.Time(raised.RaisedAt));
        table.AddCells("message", raised.Message);
        table.AddCells(
            "significance", $"{Format.Number(raised.Evidence, "G3")} ({raised.EvidenceKind}), {Format.Count(raised.Count)} texts");
        if (raised.Terms.Count > 0)
            table.AddCells("terms", string.Join(", ", raised.Terms));
        foreach (var example in raised.Examples)
            table.AddCells("example", example.Text ?? example.Id);
        if (alert.Acknowledged is { } taken)
            table.AddCells("acknowledged", $"by {taken.Actor}, {Format.Time(taken.AcknowledgedAt)}\n{taken.Comment}".TrimEnd());
        if (alert.SilencedBy is { } silence)
            table.AddCells("silenced", $"{silence.Id} by {silence.Actor} until {Format.Time(silence.EndsAt)}\n{silence.Comment}".TrimEnd());
        table.AddCells("fingerprint", raised.Fingerprint);
        Terminal.Write(table);
        if (alert.Notifications is { Count: > 0 } messages)
            Write(messages);
    }

    public static void Write(IReadOnlyList<SilenceView> silences)
    {
        if (silences.Count == 0)
        {
            Terminal.Out.WriteLine("No silences.");
            return;
        }
        var table = Terminal.CreateTable(null, "id", "state", "matchers", "from", "until", "by", "comment");
        foreach (var silence in silences)
        {
            table.AddCells(
                silence.Id, silence.ExpiredBy is { } actor ? $"{silence.State} by {actor}" : silence.State,
                string.Join('\n', silence.Matchers), Format.Time(silence.StartsAt), Format.Time(silence.EndsAt), silence.Actor,
                silence.Comment ?? "");
        }
        Terminal.Write(table);
    }

    public static void Write(IReadOnlyList<NotificationView> messages)
    {
        if (messages.Count == 0)
        {
            Terminal.Out.WriteLine("No messages were sent. Without a receiver (Alerting:Receivers), alerts are on the dashboard only.");
            return;
        }
        var table = Terminal.CreateTable("Messages", "requested", "receiver", "about", "cause", "state", "#attempts", "error");
        foreach (var message in messages)
        {
            table.AddCells(
                Format.Time(message.RequestedAt), message.Receiver, message.Title, message.Cause, message.State,
                Format.Count(message.Attempts), message.Error ?? "");
        }
        Terminal.Write(table);
    }

    private static string DescribeState(AlertOverview alert)
    {
        if (alert.Resolved is { } resolved)
            return $"resolved {Format.Time(resolved.ResolvedAt)}";
        var acknowledged = alert.Acknowledged is { } taken ? $"\nacknowledged by {taken.Actor}" : "";
        var silenced = alert.SilencedBy is { } silence ? $"\nsilenced until {Format.Time(silence.EndsAt)}" : "";
        return $"{alert.State}{acknowledged}{silenced}";
    }
}
