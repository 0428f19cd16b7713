using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace StreamBert.CodeMetrics;

/// <summary>Measures how long methods, files and lines are.</summary>
internal static class Lengths
{
    public const int MaxColumns = 140;

    /// <summary>The lines of every method, constructor, accessor and local function of the product, from signature to end.</summary>
    public static IReadOnlyList<(string Method, int Lines)> Methods(Repository repository) =>
    [
        .. from file in repository.Product
           from node in file.Root.DescendantNodes()
           where node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax { Body: not null }
           let lines = LinesOf(node)
           orderby lines
           select ($"{file.Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {NameOf(node)}", lines),
    ];

    /// <summary>The lines of every file of the product, shortest first.</summary>
    public static IReadOnlyList<(string Path, int Lines)> Files(Repository repository) =>
        [.. repository.Product.Select(static file => (file.Path, file.Lines.Count)).OrderBy(static file => file.Count)];

    /// <summary>The places of lines longer than <see cref="MaxColumns"/>, tests included.</summary>
    public static IEnumerable<string> LongLines(Repository repository) =>
        from file in repository.Sources
        from line in file.Lines.Index()
        where line.Item.TrimEnd('\r').Length > MaxColumns
        select $"{file.Path}:{line.Index + 1}";

    /// <summary>The value below which a share of sorted values lies (nearest rank).</summary>
    public static int Quantile(IReadOnlyList<int> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } => property.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
