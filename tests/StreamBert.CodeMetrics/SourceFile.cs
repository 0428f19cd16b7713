using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace StreamBert.CodeMetrics;

/// <summary>A source file of the repository with its syntax tree (C#) or its text alone (Razor and other files).</summary>
/// <param name="Path">The path relative to the repository, with forward slashes.</param>
/// <param name="Project">The folder of the project that compiles the file, such as <c>shared/StreamBert.Model</c>.</param>
/// <param name="Folder">The folder inside the project; empty for its root.</param>
internal sealed record SourceFile(string Path, string Project, string Folder, string Text)
{
    public static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.Parse);
    private SyntaxNode? _root;

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>Whether users run the code: services and shared libraries, not tests.</summary>
    public bool IsProduct => !Project.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>The root of the syntax tree; for a Razor component that of an empty file.</summary>
    public SyntaxNode Root => _root ??= CSharpSyntaxTree.ParseText(IsCSharp ? Text : "", Options, Path).GetRoot();

    public IReadOnlyList<string> Lines => field ??= Text.Split('\n');
}
