using System.Text.RegularExpressions;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Model.Packages;

/// <summary>
/// Adds the token <c>[URL]</c> to a BERT vocabulary, in the place of a reserved token, so that a web address is one token instead of a
/// dozen.
/// </summary>
internal static partial class UrlToken
{
    /// <summary>Returns a directory with the package, in which web addresses are collapsed.</summary>
    /// <param name="directory">The package; it is not changed.</param>
    /// <param name="parent">The directory in which a copy is made, under the name of the package; a copy there is replaced.</param>
    /// <returns>The copy, with the same weights; the package itself if it collapses web addresses already.</returns>
    /// <exception cref="ModelPackageException">The package has no WordPiece vocabulary with a reserved token.</exception>
    public static string AddTo(string directory, string parent)
    {
        var manifest = ModelPackage.ReadManifest(directory);
        if (manifest.CollapseUrls) return directory;
        var lines = ReadVocabulary(directory);
        var copy = Path.Combine(parent, BasePackage.GetName(directory));
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        ModelPackage.Copy(directory, copy, manifest.Version);
        File.WriteAllLines(Path.Combine(copy, PackageFiles.Vocabulary), lines);
        ModelPackage.WriteManifest(copy, ModelPackage.ReadManifest(copy) with { CollapseUrls = true });
        return copy;
    }

    private static string[] ReadVocabulary(string directory)
    {
        var path = Path.Combine(directory, PackageFiles.Vocabulary);
        if (!File.Exists(path) || File.Exists(Path.Combine(directory, "tokenizer.json")))
        {
            throw new ModelPackageException(
                $"{directory}: web addresses can be collapsed only with a tokenizer that consists of {PackageFiles.Vocabulary}.");
        }

        var lines = TokenizerFileReader.ReadLines(path);
        if (lines.Contains(AddedToken.Url)) return lines;
        var reserved = Array.FindIndex(lines, static token => Reserved.IsMatch(token));
        if (reserved < 0)
            throw new ModelPackageException($"{path} has no reserved token, such as [unused0], to be replaced by {AddedToken.Url}.");
        lines[reserved] = AddedToken.Url;
        return lines;
    }

    [GeneratedRegex(@"^\[unused\d+\]$")]
    private static partial Regex Reserved { get; }
}
