using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Gateway.Ledger;

namespace StreamBert.Cli.Commands;

/// <summary><c>topics</c>: the topics of the log with their partitions, offsets and lag.</summary>
internal static class TopicsCommand
{
    public static Command Create()
    {
        var access = new LogAccess();
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("topics", "List the topics of the log: partitions, offsets, records, and how far each group is behind.") { json };
        foreach (var option in access.Options)
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var topics = await access.RunAsync(
                parsed,
                client => client.ListAsync<TopicView>("v1/topics", "topics", cancellation),
                (log, pipelines) => TopicViews.ReadAsync(log, pipelines, cancellation));
            Print(topics, parsed.GetValue(json));
        });
        return command;
    }

    private static void Print(IReadOnlyList<TopicView> topics, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(topics, JsonSerializerOptions.Web));
            return;
        }
        var table = Terminal.Table(null, "topic", "#partitions", "#begin", "#end", "#records", "lag");
        foreach (var topic in topics)
            table.AddCells(
                topic.Topic, Count(topic.Partitions), Count(topic.Begin), Count(topic.End), Count(topic.Records),
                string.Join(", ", topic.Lag.Select(static lag => $"{lag.Key} {Count(lag.Value)}")));
        Terminal.Out.Write(table);
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
