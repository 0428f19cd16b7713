using System.Security.Cryptography;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files;

/// <summary>Computes the SHA-256 of a file of the user.</summary>
internal static class FileChecksum
{
    /// <returns>The hash in lower-case hexadecimal.</returns>
    public static string Compute(string path)
    {
        using var stream = RegularFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
