using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Model.Training.Runs;

/// <summary>What the result of a run depends on, each as a SHA-256: an interrupted run continues only with the same.</summary>
/// <param name="Base">The base package.</param>
/// <param name="Data">The labelled texts.</param>
/// <param name="Options">The options of the training.</param>
internal sealed record RunFingerprint(string Base, string Data, string Options)
{
    /// <summary>Names what differs from another run.</summary>
    public string DescribeDifferences(RunFingerprint other) => string.Join(
        " and ", new[] { ("base model", Base, other.Base), ("data", Data, other.Data), ("options", Options, other.Options) }
            .Where(static part => part.Item2 != part.Item3).Select(static part => part.Item1));

    /// <summary>Computes the SHA-256 of lines.</summary>
    public static string Hash(IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines) hash.AppendData(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetByteCount(line)}:{line}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
