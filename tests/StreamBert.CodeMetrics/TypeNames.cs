using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace StreamBert.CodeMetrics;

/// <summary>Finds type names with two meanings and interfaces that abstract from nothing.</summary>
internal static class TypeNames
{
    /// <summary>Names that more than one type of the product has; parts of one type count once.</summary>
    public static IEnumerable<string> WithTwoMeanings(Repository repository) => Declarations(repository)
        .GroupBy(static declared => (declared.Name, declared.Arity))
        .Where(static same => same.Select(static declared => declared.FullName).Distinct().Count() > 1)
        .Select(static same => $"{same.Key.Name}: {string.Join(", ", same.Select(static declared => declared.FullName).Distinct())}");

    /// <summary>Interfaces of the product with fewer than two types of the product that implement or extend them.</summary>
    public static IEnumerable<string> InterfacesWithOneImplementation(Repository repository)
    {
        var types = Declarations(repository).ToList();
        return types.Where(static type => type.Node is InterfaceDeclarationSyntax)
            .Where(declared => types.Count(type => type.Bases.Contains(declared.Name)) < 2)
            .Select(static declared => declared.FullName);
    }

    /// <summary>The names of all types that a project declares, nested ones included.</summary>
    public static IEnumerable<DeclaredType> Declarations(Repository repository) =>
        from file in repository.Product
        from node in file.Root.DescendantNodes()
        where node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        select DeclaredType.Of(file, (MemberDeclarationSyntax)node);
}

/// <summary>A type as the sources declare it.</summary>
internal sealed record DeclaredType(SourceFile File, MemberDeclarationSyntax Node, string Name, int Arity, string FullName)
{
    /// <summary>The simple names of base types and interfaces.</summary>
    public IReadOnlyList<string> Bases => field ??= Node is BaseTypeDeclarationSyntax { BaseList: { } list }
        ? [.. list.Types.Select(static type => SimpleName(type.Type))]
        : [];

    public static DeclaredType Of(SourceFile file, MemberDeclarationSyntax node)
    {
        var (name, arity) = node switch
        {
            TypeDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
            BaseTypeDeclarationSyntax type => (type.Identifier.Text, 0),
            DelegateDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
            _ => throw new ArgumentException($"{node.GetType()} declares no type.", nameof(node)),
        };
        var outer = node.Ancestors().OfType<BaseTypeDeclarationSyntax>().Reverse().Select(static type => type.Identifier.Text);
        var space = node.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString() ?? file.Project;
        return new(file, node, name, arity, string.Join('.', [space, .. outer, name]));
    }

    private static string SimpleName(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => SimpleName(qualified.Right),
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => type.ToString(),
    };
}
