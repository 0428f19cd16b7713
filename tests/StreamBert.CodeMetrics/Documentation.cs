using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace StreamBert.CodeMetrics;

/// <summary>Finds public members of the shared libraries that have no XML documentation.</summary>
internal static class Documentation
{
    /// <summary>The places of undocumented public types and members below <c>shared/</c>.</summary>
    public static IEnumerable<string> Missing(Repository repository) =>
        from file in repository.Product
        where file.Project.StartsWith("shared/", StringComparison.Ordinal)
        from member in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where member is not BaseNamespaceDeclarationSyntax && IsVisible(member) && !IsDocumented(member)
        select $"{file.Path}:{member.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {member.Kind()}";

    private static bool IsVisible(MemberDeclarationSyntax member) =>
        (member.Modifiers.Any(SyntaxKind.PublicKeyword)
            || member is EnumMemberDeclarationSyntax
            || (member.Parent is InterfaceDeclarationSyntax && !member.Modifiers.Any(SyntaxKind.PrivateKeyword)))
        && !member.Modifiers.Any(SyntaxKind.OverrideKeyword)
        && (member.Parent is not BaseTypeDeclarationSyntax outer || IsVisible(outer));

    private static bool IsDocumented(MemberDeclarationSyntax member) => member.GetLeadingTrivia()
        .Any(static trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia));
}
