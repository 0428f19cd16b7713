using System.Text.RegularExpressions;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Hub;

/// <summary>Identifies a model repository of the hub at a revision.</summary>
/// <param name="Revision">A branch, a tag, a commit, or a pull request (<c>refs/pr/1</c>).</param>
internal sealed partial record HubModel(string Organisation, string Name, string Revision)
{
    /// <exception cref="CliException">The id is not of the form <c>ORG/NAME</c>, or the revision is invalid.</exception>
    public static HubModel Parse(string id, string revision)
    {
        if (!IdPattern().IsMatch(id))
            throw new CliException($"'{id}' (--hub) is not a model of the hub; give ORG/NAME, such as ProsusAI/finbert.");
        if (!RevisionPattern().IsMatch(revision))
            throw new CliException($"'{revision}' (--revision) is not a branch, tag or commit.");
        var slash = id.IndexOf('/');
        return new(id[..slash], id[(slash + 1)..], revision);
    }

    public override string ToString() => $"{Organisation}/{Name}";

    // Both become parts of URLs and of file names.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,95}/[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,4}$")]
    private static partial Regex RevisionPattern();
}
