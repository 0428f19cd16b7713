using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Training.Datasets;

/// <summary>When two texts count as the same, and on which side of the split a text stands.</summary>
public static class TextKey
{
    /// <summary>Lower case, without surrounding white space, every run of white space one blank.</summary>
    public static string Of(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    /// <summary>
    /// A number in [0, 1) that depends on the key alone, the same on every machine and in every run: a text held out once is
    /// held out for ever, so no later model is judged on what an earlier one learned.
    /// </summary>
    public static double Draw(string key) =>
        (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) >> 11) * (1.0 / (1UL << 53));
}
