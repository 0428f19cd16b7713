using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Outputs;

/// <summary>Converts positions in the log to origins.</summary>
internal static class Origins
{
    public static RecordOrigin ToOrigin(this LogPosition position) => new(position.Topic, position.Partition, position.Offset);
}
