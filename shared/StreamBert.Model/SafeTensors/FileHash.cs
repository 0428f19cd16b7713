using System.Security.Cryptography;
using StreamBert.Contracts;

namespace StreamBert.Model.SafeTensors;

/// <summary>Computes checksums of files.</summary>
internal static class FileHash
{
    /// <summary>Returns the SHA-256 of a file in lower-case hexadecimal.</summary>
    /// <param name="createError">Creates the exception to throw if the file cannot be read.</param>
    public static string ComputeSha256(string path, Func<Exception, ModelPackageException> createError)
    {
        try
        {
            using var stream = RegularFile.Open(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw createError(e);
        }
    }
}
