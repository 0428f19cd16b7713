namespace StreamBert.Streaming.Log;

/// <summary>Computes the size of records.</summary>
internal static class RecordSize
{
    /// <summary>Returns the bytes of key, value and headers.</summary>
    public static int Of(byte[]? key, byte[]? value, IReadOnlyDictionary<string, byte[]> headers) =>
        (key?.Length ?? 0) + (value?.Length ?? 0) + headers.Sum(static header => header.Key.Length + header.Value.Length);
}
