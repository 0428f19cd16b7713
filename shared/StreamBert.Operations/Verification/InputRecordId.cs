using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Reads the id of the text that an input record holds.</summary>
internal static class InputRecordId
{
    /// <param name="pipeline">The pipeline whose field mapping applies; null for StreamBert's own fields.</param>
    /// <returns>Null if the id cannot be read.</returns>
    public static string? Read(LogRecord record, PipelineOptions? pipeline)
    {
        var hasOwnFields = EventRecord.Is<TextReceived>(record);
        try
        {
            using var parsed = ProducerRecord.Parse(record.Value ?? [], record.Headers);
            return RecordJson.Scalar(parsed.Find(pipeline is null || hasOwnFields ? "id" : pipeline.Fields.Id));
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return null;
        }
    }
}
