using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Training.Datasets;

/// <summary>Determines which texts are equal, and on which side of the dataset split a text belongs.</summary>
internal static class TextNormalizer
{
    /// <summary>Returns the text in lower case, without surrounding white space, with single spaces between words.</summary>
    public static string Normalize(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    /// <summary>
    /// Hashes a normalized text to a number in [0, 1), the same on every machine and in every run: a text that is held out once is always
    /// held out, so that no later model is evaluated on a text that an earlier one was trained on.
    /// </summary>
    public static double HashToUnitInterval(string normalizedText) =>
        (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(normalizedText))) >> 11) * (1.0 / (1UL << 53));
}
