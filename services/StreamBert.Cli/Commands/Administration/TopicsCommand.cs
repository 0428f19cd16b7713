using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Operations.Ledger;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Defines <c>topics</c>, which lists the topics of the log with their partitions, offsets and lag.</summary>
internal static class TopicsCommand
{
    private const int MaxSeconds = 30, DefaultSeconds = 10;

    public static Command Create()
    {
        var access = new LogAccess();
        var json = JsonOption.Create();
        var countFor = new Option<int>("--count-for")
        {
            Description = $"Seconds, 0 to {MaxSeconds}, for reading Kafka topics to count their records; counts that are incomplete by "
                + "then are upper bounds (≤).",
            DefaultValueFactory = static _ => DefaultSeconds,
        };
        var command = new Command("topics", "List the topics of the log: partitions, offsets, records, and the lag of each consumer "
            + "group.") { json, countFor };
        access.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var seconds = parsed.GetValue(countFor);
            if (seconds is < 0 or > MaxSeconds)
                throw new CliException($"--count-for {seconds} is out of range; give 0 to {MaxSeconds} seconds.");
            var topics = await access.RunAsync(
                parsed,
                client => client.ListAsync<TopicView>($"v1/topics?countFor={seconds}", "topics", cancellation),
                (log, pipelines) =>
                    TopicReader.ReadAsync(log, pipelines, TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellation));
            if (parsed.GetValue(json))
                Terminal.WriteJson(topics);
            else
                Print(topics);
        });
        return command;
    }

    private static void Print(IReadOnlyList<TopicView> topics)
    {
        var table = Terminal.CreateTable(null, "topic", "#partitions", "#begin", "#end", "#records", "lag");
        foreach (var topic in topics)
        {
            table.AddCells(
                topic.Topic,
                Format.Count(topic.Partitions),
                Format.Count(topic.Begin),
                Format.Count(topic.End),
                (topic.RecordsAreUpperBound ? "≤ " : "") + Format.Count(topic.Records),
                string.Join(", ", topic.Lag.Select(static lag => $"{lag.Key} {Format.Count(lag.Value)}")));
        }
        Terminal.Write(table);
        if (topics.Any(static topic => topic.RecordsAreUpperBound))
        {
            Terminal.Out.WriteLine(
                "≤: an upper bound, because transaction markers also occupy offsets; increase --count-for to count the records.");
        }
    }
}
