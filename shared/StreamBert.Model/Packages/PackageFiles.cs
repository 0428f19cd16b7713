namespace StreamBert.Model.Packages;

/// <summary>The names of the files of a package.</summary>
internal static class PackageFiles
{
    public const string Config = "config.json", Vocabulary = "vocab.txt", Manifest = "streambert.json", Profile = "profile.json";
    public const string Distribution = "distribution.safetensors", Anchor = "anchor.jsonl";

    /// <summary>The configuration and tokenizer files that a package may have beside its weights.</summary>
    public static readonly IReadOnlyList<string> Companions =
        [Config, Vocabulary, "vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "added_tokens.json"];

    /// <summary>Returns those companion files that exist.</summary>
    public static IEnumerable<string> ListCompanions(string directory) =>
        Companions.Where(file => File.Exists(Path.Combine(directory, file)));

    /// <summary>Returns all files of a package that exist, in order.</summary>
    public static IReadOnlyList<string> List(string directory)
    {
        var own = new[] { Manifest, Profile, Distribution, Anchor }.Where(file => File.Exists(Path.Combine(directory, file)));
        return [.. ListCompanions(directory).Concat(own).Concat(PackageWeights.ListFiles(directory)).Order(StringComparer.Ordinal)];
    }
}
