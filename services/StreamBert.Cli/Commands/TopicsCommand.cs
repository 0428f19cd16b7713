using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Operations.Ledger;

namespace StreamBert.Cli.Commands;

/// <summary><c>topics</c>: the topics of the log with their partitions, offsets and lag.</summary>
internal static class TopicsCommand
{
    private const int MaxSeconds = 30;

    public static Command Create()
    {
        var access = new LogAccess();
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var countFor = new Option<int>("--count-for")
        {
            Description = "Seconds, 0 to 30, for which topics of Kafka are read to count their records; what is not counted by then is shown as an upper bound (≤).",
            DefaultValueFactory = static _ => 10,
        };
        var command = new Command("topics", "List the topics of the log: partitions, offsets, records, and how far each group is behind.") {
            json,
            countFor };
        foreach (var option in access.Options)
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var seconds = parsed.GetValue(countFor);
            if (seconds is < 0 or > MaxSeconds)
                throw new CliException($"--count-for {seconds} is out of range; give 0 to {MaxSeconds} seconds.");
            var topics = await access.RunAsync(
                parsed,
                client => client.ListAsync<TopicView>($"v1/topics?countFor={seconds}", "topics", cancellation),
                (log, pipelines) => TopicReader.ReadAsync(log, pipelines, TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellation));
            Print(topics, parsed.GetValue(json));
        });
        return command;
    }

    private static void Print(IReadOnlyList<TopicView> topics, bool json)
    {
        if (json)
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(topics, JsonSerializerOptions.Web));
            return;
        }
        var table = Terminal.Table(null, "topic", "#partitions", "#begin", "#end", "#records", "lag");
        foreach (var topic in topics)
        {
            table.AddCells(
                topic.Topic, Count(topic.Partitions), Count(topic.Begin), Count(topic.End), (topic.RecordsAreUpperBound ? "≤ " : "")
                    + Count(topic.Records),
                string.Join(", ", topic.Lag.Select(static lag => $"{lag.Key} {Count(lag.Value)}")));
        }

        Terminal.Write(table);
        if (topics.Any(static topic => topic.RecordsAreUpperBound))
        {
            Terminal.Out.WriteLine(
                "≤: not counted; transaction markers, which take offsets too, may be among them. Allow more time with --count-for.");
        }
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
