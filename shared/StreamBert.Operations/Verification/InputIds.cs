using System.Globalization;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Names an input record by its text's id where that can be read.</summary>
internal static class InputIds
{
    private static readonly byte[] OurType = Encoding.UTF8.GetBytes(nameof(TextReceived));

    /// <param name="pipeline">Whose fields count; null: our own.</param>
    public static string? Of(LogRecord record, PipelineOptions? pipeline)
    {
        var ours = pipeline is null
            || (record.Headers.TryGetValue(RecordHeaders.Type, out var type) && type.AsSpan().SequenceEqual(OurType));
        try
        {
            using var parsed = ProducerRecord.Parse(record.Value ?? [], record.Headers);
            return RecordJson.Scalar(parsed.Find(ours ? "id" : pipeline!.Fields.Id));
        }
        catch (Exception e) when (RecordErrors.MayBeOfRecord(e))
        {
            return null;
        }
    }

    public static string Place(this RecordOrigin origin)
        => string.Create(CultureInfo.InvariantCulture, $"{origin.Topic}/{origin.Partition}/{origin.Offset}");

    public static string Place(this LogPosition position) => new RecordOrigin(position.Topic, position.Partition, position.Offset).Place();
}
