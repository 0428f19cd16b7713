using System.Text.RegularExpressions;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Hub;

/// <summary>A model repository of the hub at a revision.</summary>
/// <param name="Revision">A branch, a tag, a commit, or a pull request (<c>refs/pr/1</c>).</param>
internal sealed partial record HubModel(string Organisation, string Name, string Revision)
{
    /// <exception cref="CliException">It is no <c>ORG/NAME</c>, or no revision.</exception>
    public static HubModel Parse(string id, string revision)
    {
        if (!IdPattern().IsMatch(id))
            throw new CliException($"'{id}' (--hub) names no model of the hub; give ORG/NAME, such as ProsusAI/finbert.");
        if (!RevisionPattern().IsMatch(revision))
            throw new CliException($"'{revision}' (--revision) is no branch, tag or commit.");
        var slash = id.IndexOf('/');
        return new(id[..slash], id[(slash + 1)..], revision);
    }

    public override string ToString() => $"{Organisation}/{Name}";

    // Both become parts of addresses and of names on disk.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,95}/[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,4}$")]
    private static partial Regex RevisionPattern();
}

/// <summary>A file of a repository as the hub lists it.</summary>
/// <param name="Size">Bytes; null where the hub does not say.</param>
/// <param name="Sha256">Of its content; the hub says it of large files only.</param>
internal sealed record HubFile(string Name, long? Size, string? Sha256);

/// <summary>The files of a repository at one commit.</summary>
internal sealed record HubListing(string Commit, IReadOnlyList<HubFile> Files)
{
    public HubFile? Find(string name) => Files.FirstOrDefault(file => file.Name == name);
}
