using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace StreamBert.CodeMetrics;

/// <summary>
/// The folders of a project and which of them use types of which others. A use is a name of the other folder's type in code or in a
/// Razor component; comments do not count. The root of a project is not a part of it: it composes the folders (hosting) and holds the
/// options and metrics they share.
/// </summary>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<string, Dictionary<string, string>> _uses = new(StringComparer.Ordinal);

    /// <summary>Builds the graph of a project's files.</summary>
    public FolderGraph(IReadOnlyList<SourceFile> files, IEnumerable<DeclaredType> declarations)
    {
        var owners = declarations.Where(static type => type.Node.Parent is not BaseTypeDeclarationSyntax)
            .GroupBy(static type => type.Name)
            .ToDictionary(static same => same.Key, static same => same.Select(static type => type.File.Folder).Distinct().ToList());
        foreach (var file in files.Where(static file => file.Folder.Length > 0))
        {
            foreach (var name in NamesIn(file))
            {
                // A name that several folders declare is taken for the file's own where the file's folder declares it.
                if (owners.TryGetValue(name, out var folders) && !folders.Contains(file.Folder) && folders[0].Length > 0)
                    Uses(file.Folder).TryAdd(folders[0], $"{file.Path} uses {name}");
            }
        }
    }

    /// <summary>
    /// Sets of folders that use each other, directly or through others (strongly connected components of more than one folder), each
    /// with an example of every use among them.
    /// </summary>
    public IEnumerable<string> Cycles()
    {
        var reach = _uses.Keys.ToDictionary(static folder => folder, Reach);
        return _uses.Keys.Where(folder => reach[folder].Contains(folder)).Order(StringComparer.Ordinal)
            .Select(folder => reach[folder].Where(other => reach.GetValueOrDefault(other)?.Contains(folder) == true).ToHashSet())
            .DistinctBy(static component => component.Min(StringComparer.Ordinal))
            .Select(component => string.Join("; ", component.SelectMany(from => UsesAmong(from, component))));
    }

    private IEnumerable<string> UsesAmong(string from, HashSet<string> component) =>
        _uses[from].Where(use => component.Contains(use.Key)).Select(use => $"{from} → {use.Key} ({use.Value})");

    /// <summary>Pairs of folders that use each other directly.</summary>
    public IEnumerable<string> MutualPairs() =>
        from folder in _uses.Keys
        from other in _uses[folder].Keys
        where string.CompareOrdinal(folder, other) < 0 && _uses.GetValueOrDefault(other)?.ContainsKey(folder) == true
        select $"{folder} ⇄ {other}: {_uses[folder][other]}; {_uses[other][folder]}";

    private Dictionary<string, string> Uses(string folder) =>
        _uses.TryGetValue(folder, out var uses) ? uses : _uses[folder] = new(StringComparer.Ordinal);

    private HashSet<string> Reach(string from)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([from]);
        while (waiting.TryDequeue(out var folder))
        {
            foreach (var next in _uses.GetValueOrDefault(folder)?.Keys ?? Enumerable.Empty<string>())
            {
                if (reached.Add(next))
                    waiting.Enqueue(next);
            }
        }
        return reached;
    }

    private static IEnumerable<string> NamesIn(SourceFile file) => file.IsCSharp
        ? file.Root.DescendantNodes().OfType<SimpleNameSyntax>().Where(IsTypeUse).Select(static name => name.Identifier.Text).Distinct()
        : Identifier().Matches(RazorComment().Replace(file.Text, "")).Select(static match => match.Value).Distinct();

    // The right side of a member access is a member, unless its left side is a namespace or a type, whose own name is a use already.
    private static bool IsTypeUse(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or ArgumentSyntax or InvocationExpressionSyntax => false,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left != name,
        _ => name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is null && !IsOfNamespace(name),
    };

    private static bool IsOfNamespace(SimpleNameSyntax name) =>
        name.FirstAncestorOrSelf<BaseNamespaceDeclarationSyntax>()?.Name.Span.Contains(name.Span) == true;

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"@\*.*?\*@|<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex RazorComment();
}
