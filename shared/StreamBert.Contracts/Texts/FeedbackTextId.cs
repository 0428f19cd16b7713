using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Contracts;

/// <summary>Makes ids for labelled texts that have none.</summary>
public static class FeedbackTextId
{
    private const int Digits = 16;

    /// <summary>Returns the id of a text: a hash, so that labels that are sent again replace the earlier ones.</summary>
    public static string Of(string text) => $"text-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Digits]}";
}
