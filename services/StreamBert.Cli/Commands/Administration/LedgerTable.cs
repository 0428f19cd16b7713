using StreamBert.Cli.Output;
using StreamBert.Operations.Ledger;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Prints the ledger and the lag of the consumer groups.</summary>
internal static class LedgerTable
{
    private const string Unknown = "?";

    public static void Write(LedgerView view, bool partitions)
    {
        WriteTexts(view, partitions);
        if (view.UnreadableOutputs > 0)
        {
            Terminal.Out.WriteLine(
                $"{Format.Count(view.UnreadableOutputs)} records of predictions and dead-letter cannot be read; 'streambert verify' "
                    + "lists them.");
        }
        WriteLag(view);
    }

    private static void WriteTexts(LedgerView view, bool partitions)
    {
        var table = Terminal.CreateTable(
            "Texts", "pipeline", "topic", "#in", "#out", "#dead-lettered", "#in flight", "#unreadable", "balanced");
        var lines = view.Topics.OrderBy(static line => line.Pipeline is null).ThenBy(static line => line.Pipeline, StringComparer.Ordinal);
        foreach (var line in lines.Append(view.Total))
        {
            table.AddCells(
                line.Pipeline ?? "",
                line.Topic,
                Count(line.In),
                Count(line.Out),
                Count(line.DeadLettered),
                Count(line.InFlight),
                Count(line.Unreadable),
                DescribeBalance(line.Balanced, view));
            foreach (var part in partitions ? line.Partitions : [])
            {
                table.AddCells(
                    "",
                    $"  partition {part.Partition}",
                    Count(part.In),
                    Count(part.Out),
                    Count(part.DeadLettered),
                    Count(part.InFlight),
                    Count(part.Unreadable),
                    DescribeBalance(part.Balanced, view));
            }
        }
        Terminal.Write(table);
    }

    private static void WriteLag(LedgerView view)
    {
        var table = Terminal.CreateTable("Lag", "consumer group", "topic", "#records");
        foreach (var lag in view.Lag)
            table.AddCells(lag.Group, lag.Topic, Count(lag.Lag));
        Terminal.Write(table);
    }

    private static string DescribeBalance(bool? balanced, LedgerView view) => balanced switch
    {
        true => "yes",
        false => view.Uncounted > 0 ? "catching up" : "NO",
        null => "not counted",
    };

    private static string Count(long? value) => value is { } count ? Format.Count(count) : Unknown;
}
