using System.Reflection;

namespace StreamBert.Tests.Architecture;

/// <summary>The boundaries the compiler does not hold by itself.</summary>
public sealed class BoundaryTests
{
    [Theory]
    [InlineData("StreamBert.Contracts", "")]
    [InlineData("StreamBert.Model", "StreamBert.Contracts")]
    [InlineData("StreamBert.Streaming", "StreamBert.Contracts")]
    [InlineData("StreamBert.Privacy", "StreamBert.Contracts StreamBert.Streaming")]
    [InlineData("StreamBert.Inference", "StreamBert.Contracts StreamBert.Model StreamBert.Privacy StreamBert.Streaming")]
    [InlineData("StreamBert.Monitoring", "StreamBert.Contracts StreamBert.Privacy StreamBert.Streaming")]
    [InlineData("StreamBert.Alerting", "StreamBert.Contracts StreamBert.Streaming")]
    [InlineData("StreamBert.Training", "StreamBert.Contracts StreamBert.Model StreamBert.Privacy StreamBert.Streaming")]
    [InlineData("StreamBert.Operations", "StreamBert.Contracts StreamBert.Privacy StreamBert.Streaming")]
    [InlineData("StreamBert.Gateway", "StreamBert.Contracts StreamBert.Operations StreamBert.Privacy StreamBert.Streaming")]
    public void A_project_references_only_what_the_design_allows(string project, string allowed)
    {
        var references = Assembly.Load(project).GetReferencedAssemblies()
            .Select(static name => name.Name!).Where(static name => name.StartsWith("StreamBert.", StringComparison.Ordinal));

        Assert.Subset(allowed.Split(' ').ToHashSet(), references.ToHashSet());
    }

    [Fact]
    public void The_model_knows_no_transport_and_no_web()
    {
        var references = Assembly.Load("StreamBert.Model").GetReferencedAssemblies().Select(static name => name.Name!).ToList();

        Assert.DoesNotContain(references, static name => name.StartsWith("Confluent", StringComparison.Ordinal)
            || name.StartsWith("StackExchange", StringComparison.Ordinal)
            || name.StartsWith("System.Reactive", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void No_tensor_appears_in_a_public_signature_of_the_model()
    {
        var exposed = Assembly.Load("StreamBert.Model").GetExportedTypes()
            .SelectMany(
                static type => type.GetMembers(
                    BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(static member => Types(member)
                .Any(static type => type.FullName?.StartsWith("TorchSharp", StringComparison.Ordinal) == true))
            .Select(static member => $"{member.DeclaringType}.{member.Name}");

        Assert.Empty(exposed);
    }

    [Fact]
    public void No_project_but_the_model_knows_tensors()
    {
        string[] projects =
        [
            "Contracts", "Streaming", "Privacy", "Operations", "Inference", "Monitoring", "Alerting", "Training", "Gateway", "Cli",
        ];
        var knowing = projects
            .Where(static project => AssemblyOf(project).GetReferencedAssemblies().Any(static name => name.Name == "TorchSharp"));

        Assert.Empty(knowing);
    }

    private static Assembly AssemblyOf(string project) => Assembly.Load(project == "Cli" ? "streambert" : $"StreamBert.{project}");

    private static IEnumerable<Type> Types(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(static parameter => parameter.ParameterType),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };
}
