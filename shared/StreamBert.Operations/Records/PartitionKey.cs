using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Records;

/// <summary>Names a partition as <c>topic/partition</c>.</summary>
internal static class PartitionKey
{
    public static string Of(string topic, int partition) => string.Create(CultureInfo.InvariantCulture, $"{topic}/{partition}");

    public static string Of(RecordPosition position) => Of(position.Topic, position.Partition);
}
