using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Cli;

/// <summary>Provides a custom pipeline on a custom topic, as settings and as records.</summary>
internal static class CustomPipeline
{
    public const string Topic = "newswire";
    public const string Settings = """
        {
          "Pipelines": [
            {
              "Name": "newswire", "InputTopics": ["newswire"], "Heads": ["sentiment"],
              "Fields": { "Id": "meta.no", "Text": "headline" }
            }
          ]
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Appends texts that Inference has committed, and the predictions of all but the last ones.</summary>
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

    private static NewRecord Prediction(RecordPosition text)
    {
        var origin = new RecordPosition(text.Topic, text.Partition, text.Offset);
        var prediction = Some.Prediction($"{text.Offset}") with { Pipeline = "newswire", Origin = origin };
        return EventRecord.Create(Topics.Predictions, prediction, Some.Noon) with { Partition = 0 };
    }
}
