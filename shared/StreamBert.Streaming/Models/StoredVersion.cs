namespace StreamBert.Streaming.Models;

/// <summary>A complete version in the model store.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Version">The version.</param>
/// <param name="CompletedAt">When its upload was completed.</param>
/// <param name="Bytes">The size of its files.</param>
public sealed record StoredVersion(string Model, string Version, DateTimeOffset CompletedAt, long Bytes);
