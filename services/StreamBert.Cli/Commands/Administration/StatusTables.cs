using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Prints the tables of <c>status</c> besides the ledger.</summary>
internal static class StatusTables
{
    public static void WriteUnusableRecords(IReadOnlyList<UnusableRecordCount> counts)
    {
        if (counts.Count == 0)
            return;
        var table = Terminal.CreateTable("Records skipped since the start", "reader", "topic", "reason", "#records", "last", "detail");
        foreach (var count in counts)
        {
            table.AddCells(
                count.Reader,
                count.Topic,
                count.Reason,
                Format.Count(count.Count),
                $"{count.Last.Partition}/{count.Last.Offset}",
                count.Detail);
        }
        Terminal.Write(table);
    }

    public static void WriteEventTimes(IReadOnlyList<EventTimeUpdated> pipelines)
    {
        var table = Terminal.CreateTable(
            "Event time",
            "pipeline", "watermark", "#texts", "#late, window revised", "#too late, in no trend", "#clock skew", "#untracked");
        foreach (var pipeline in pipelines)
        {
            table.AddCells(
                pipeline.Pipeline,
                pipeline.Watermark is { } watermark ? Format.Time(watermark) : "",
                Format.Count(pipeline.Texts),
                Format.Count(pipeline.Late),
                Format.Count(pipeline.TooLate),
                Format.Count(pipeline.ClockSkew.Values.Sum()),
                Format.Count(pipeline.Untracked));
        }
        Terminal.Write(table);
        foreach (var notice in pipelines.SelectMany(EventTimeNotices.For))
            Terminal.Out.WriteLine(notice);
    }

    public static void WriteModels(IReadOnlyList<ModelVersionView> models)
    {
        var table = Terminal.CreateTable("Models", "model", "version", "state", "#predictions");
        foreach (var model in models)
            table.AddCells(model.Model, model.Version, model.State, Format.Count(model.Predictions));
        Terminal.Write(table);
        foreach (var refused in models.Select(static model => model.Refused).OfType<ModelRefused>())
            Terminal.Out.WriteLine($"{refused.Version} is refused; {refused.Serving ?? "no version"} serves instead: {refused.Reason}");
    }

    /// <summary>Prints what each model of the Gateway's own process serves, with its precision.</summary>
    public static void WriteServing(IReadOnlyDictionary<string, ReadinessPart> parts)
    {
        foreach (var (name, part) in parts.Where(static part => part.Key.StartsWith("model ", StringComparison.Ordinal)))
            Terminal.Out.WriteLine($"{name}: {part.Detail}");
    }

    public static void WriteAlerts(IReadOnlyList<AlertView> alerts)
    {
        if (alerts.Count == 0)
        {
            Terminal.Out.WriteLine("No open alerts.");
            return;
        }
        var table = Terminal.CreateTable("Open alerts", "severity", "kind", "title", "since");
        foreach (var alert in alerts.Select(static alert => alert.Raised))
            table.AddCells(alert.Severity, alert.Kind, alert.Title, Format.Time(alert.RaisedAt));
        Terminal.Write(table);
    }
}
