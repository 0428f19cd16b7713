using StreamBert.Model.Datasets;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Packages;

/// <summary><c>anchor.jsonl</c>: the anchor of a package, a text per line.</summary>
internal static class PackageAnchor
{
    /// <summary>Reads the anchor; none if there is no file.</summary>
    /// <exception cref="ModelPackageException">A line is no text of a head of the package; the message names it.</exception>
    public static IReadOnlyList<AnchorText> Read(string directory, IReadOnlyList<HeadManifest> heads)
    {
        var path = GetPath(directory);
        if (!File.Exists(path)) return [];
        var texts = PackageJson.ReadLines<AnchorText>(path);
        foreach (var (index, text) in texts.Index())
        {
            if (FindFault(text, heads) is { } fault)
                throw new ModelPackageException($"{path}, line {index + 1}: {fault}.");
        }
        return texts;
    }

    /// <summary>Writes the anchor, or removes the file if there is none; the checksums are not updated.</summary>
    /// <exception cref="ModelPackageException">A text does not belong to a head of the package.</exception>
    public static void Write(string directory, IReadOnlyList<AnchorText> texts, IReadOnlyList<HeadManifest> heads)
    {
        foreach (var text in texts)
        {
            if (FindFault(text, heads) is { } fault)
                throw new ModelPackageException($"{directory}: a text of the anchor cannot be stored: {fault}.");
        }
        if (texts.Count > 0) PackageJson.WriteLines(GetPath(directory), texts);
        else File.Delete(GetPath(directory));
    }

    /// <summary>Writes the anchor of a package that others derive from, for the heads that they keep.</summary>
    /// <param name="heads">The heads of the derived package.</param>
    public static void Derive(string source, string target, IReadOnlyList<HeadManifest> heads)
    {
        if (!File.Exists(GetPath(source))) return;
        var texts = Read(source, ManifestReader.Read(source).Heads);
        Write(target, [.. texts.Where(text => FindFault(text, heads) is null)], heads);
    }

    /// <summary>Copies the anchor, if there is one.</summary>
    /// <param name="head">Another name of the only head; null to keep it.</param>
    public static void Copy(string source, string target, IReadOnlyList<HeadManifest> heads, string? head)
    {
        var texts = Read(source, ManifestReader.Read(source).Heads);
        Write(target, head is null ? texts : [.. texts.Select(text => text with { Head = head })], heads);
    }

    private static string? FindFault(AnchorText text, IReadOnlyList<HeadManifest> heads)
    {
        if (text.Part is not (AnchorText.EvaluationPart or AnchorText.TrainingPart))
            return $"the part '{text.Part}' must be {AnchorText.EvaluationPart} or {AnchorText.TrainingPart}";
        if (heads.FirstOrDefault(head => head.Name == text.Head) is not { } known)
            return $"the package has no head '{text.Head}'";
        if (!HeadTask.IsFineTunable(known.Task))
            return $"the head '{text.Head}' does not classify texts into one label";
        return known.Labels.Contains(text.Label) ? null : $"the head '{text.Head}' has no label '{text.Label}'";
    }

    private static string GetPath(string directory) => Path.Combine(directory, PackageFiles.Anchor);
}
