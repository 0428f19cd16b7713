namespace StreamBert.Streaming.Models;

/// <summary>An object in the bucket.</summary>
/// <param name="Key">Its key below the prefix of the store.</param>
internal sealed record StoredObject(string Key, long Bytes, DateTimeOffset ModifiedAt);
