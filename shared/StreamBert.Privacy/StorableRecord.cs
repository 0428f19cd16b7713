namespace StreamBert.Privacy;

/// <summary>The parts of a failed record that its dead letter may hold.</summary>
/// <param name="Key">The key of the record, as it may be stored.</param>
/// <param name="Value">The value of the record, as it may be stored.</param>
/// <param name="Headers">The headers of the record, as they may be stored.</param>
/// <param name="IsRedacted">Whether any part differs from the record.</param>
public sealed record StorableRecord(byte[]? Key, byte[]? Value, IReadOnlyDictionary<string, byte[]> Headers, bool IsRedacted);
