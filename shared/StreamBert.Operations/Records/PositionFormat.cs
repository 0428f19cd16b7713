using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Records;

/// <summary>Formats positions as <c>topic/partition/offset</c>.</summary>
internal static class PositionFormat
{
    public static string Format(this RecordOrigin origin) =>
        string.Create(CultureInfo.InvariantCulture, $"{origin.Topic}/{origin.Partition}/{origin.Offset}");

    public static string Format(this LogPosition position) =>
        string.Create(CultureInfo.InvariantCulture, $"{position.Topic}/{position.Partition}/{position.Offset}");
}
