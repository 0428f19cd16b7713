using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace StreamBert.CodeMetrics;

/// <summary>
/// Finds anonymous functions that capture nothing but are not marked <c>static</c>. The compiler's own rule for it (IDE0320) is not
/// reported in builds.
/// </summary>
internal static class StaticFunctions
{
    private static readonly string[] ImplicitNamespaces =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        "Xunit",
    ];

    /// <summary>The places of such functions, in product and tests.</summary>
    /// <param name="references">The assemblies that the projects refer to.</param>
    public static IEnumerable<string> Missing(Repository repository, IEnumerable<string> references)
    {
        var metadata = references.Select(static path => MetadataReference.CreateFromFile(path)).ToList();
        return repository.Sources.Where(static file => file.IsCSharp).GroupBy(static file => file.Project)
            .SelectMany(project => InProject([.. project.Select(static file => file.Root.SyntaxTree)], metadata));
    }

    private static IEnumerable<string> InProject(IReadOnlyList<SyntaxTree> trees, IReadOnlyList<MetadataReference> references)
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            metadataImportOptions: MetadataImportOptions.All);
        var compilation = CSharpCompilation.Create("measured", [.. trees, ImplicitUsings], references, options);
        return from tree in trees
               let model = compilation.GetSemanticModel(tree)
               from function in tree.GetRoot().DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>()
               where !function.Modifiers.Any(SyntaxKind.StaticKeyword) && IsResolved(model, function) && !Captures(model, function)
               select $"{tree.FilePath}:{tree.GetLineSpan(function.Span).StartLinePosition.Line + 1}";
    }

    private static SyntaxTree ImplicitUsings => CSharpSyntaxTree.ParseText(
        string.Concat(ImplicitNamespaces.Select(static space => $"global using {space};")),
        SourceFile.Options);

    // What the compilation cannot resolve, such as generated code, may capture anything.
    private static bool IsResolved(SemanticModel model, AnonymousFunctionExpressionSyntax function) =>
        model.GetTypeInfo(function).ConvertedType is { TypeKind: TypeKind.Delegate }
        && function.Body.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()
            .All(name => model.GetSymbolInfo(name).Symbol is not null || model.GetTypeInfo(name).Type is not null and not IErrorTypeSymbol);

    private static bool Captures(SemanticModel model, AnonymousFunctionExpressionSyntax function)
    {
        var flow = model.AnalyzeDataFlow(function);
        return flow is not { Succeeded: true }
            || flow.ReadInside.Concat(flow.WrittenInside).Any(variable => !IsDeclaredIn(function, variable) && !IsConstant(variable))
            || flow.UsedLocalFunctions.Any(local => !local.IsStatic && !IsDeclaredIn(function, local));
    }

    private static bool IsConstant(ISymbol variable) => variable is ILocalSymbol { IsConst: true };

    private static bool IsDeclaredIn(SyntaxNode function, ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences
            .Any(declared => declared.SyntaxTree == function.SyntaxTree && function.Span.Contains(declared.Span));
}
