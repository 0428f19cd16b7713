namespace StreamBert.Cli.Hub;

/// <summary>Lists the files of a repository at one commit.</summary>
internal sealed record HubListing(string Commit, IReadOnlyList<HubFile> Files)
{
    public HubFile? Find(string name) => Files.FirstOrDefault(file => file.Name == name);
}
