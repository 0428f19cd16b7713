using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Feeding;

/// <summary>A text as a record of a pipeline's input topic, in StreamBert's own form: its header says so, whatever fields the topic's other producers write.</summary>
internal static class TextRecord
{
    public static NewRecord For(PipelineOptions pipeline, TextReceived text) =>
        new(pipeline.Inputs[0], Encoding.UTF8.GetBytes(text.Subject ?? text.Id), Wire.Serialize(text), text.OccurredAt) { Headers = Wire.HeadersFor<TextReceived>() };
}
