using System.IO.Hashing;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>Names a part of the state by its content (XXH128), so that equal parts have one name, and a damaged part is noticed.</summary>
internal static class PartHash
{
    public static string Of(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(XxHash128.Hash(json));
}
