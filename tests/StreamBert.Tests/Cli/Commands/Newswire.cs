using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Cli.Commands;

/// <summary>A pipeline of a user's own on a topic of a user's own, as settings and as records.</summary>
internal static class Newswire
{
    public const string Topic = "newswire";
    public const string Settings = """
        { "Pipelines": [ { "Name": "newswire", "InputTopics": ["newswire"], "Heads": ["sentiment"], "Fields": { "Id": "meta.no", "Text": "headline" } } ] }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Texts that Inference has committed, and the predictions of all but the last few.</summary>
    public static async Task ClassifyAsync(IEventLog log, int texts, int without = 0)
    {
        var places = await log.AppendAsync([.. Enumerable.Range(0, texts).Select(Text)], Cancellation);
        await using (var reader = await log.JoinAsync(ConsumerGroups.Inference, [Topic], Cancellation))
        {
            for (var left = texts; left > 0;)
            {
                var batch = await reader.ReadAsync(left, Cancellation);
                await reader.CommitAsync(batch, [], Cancellation);
                left -= batch.Records.Count;
            }
        }

        await log.AppendAsync([.. places.SkipLast(without).Select(Prediction)], Cancellation);
    }

    private static NewRecord Text(int number) => new(
        Topic, null, Encoding.UTF8.GetBytes($$"""{"meta":{"no":{{number}}},"headline":"Oil falls"}"""), Some.Noon)
    { Partition = 0 };

    private static NewRecord Prediction(RecordPosition text) => EventRecord.Create(Topics.Predictions, 
            Some.Prediction($"{text.Offset}") with { Pipeline = "newswire", Origin = new(text.Topic, text.Partition, text.Offset) }, Some.Noon) with { Partition = 0 };
}
