using System.Reflection;

namespace StreamBert.Tests.Streaming;

/// <summary>Implementations of interfaces of which a test needs one or two methods; the others throw.</summary>
internal static class Stub
{
    /// <param name="answers">By the names of the methods.</param>
    public static T Of<T>(params (string Method, Func<object?[], object?> Answer)[] answers) where T : class
    {
        var stub = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)stub).Answers = answers.ToDictionary(static a => a.Method, static a => a.Answer);
        return stub;
    }

    /// <summary>Wraps an implementation and replaces some of its methods.</summary>
    /// <param name="answers">The replacements by the names of the methods.</param>
    public static T Decorate<T>(T target, params (string Method, Func<object?[], object?> Answer)[] answers) where T : class
    {
        var stub = Of<T>(answers);
        ((Proxy)(object)stub).Target = target;
        return stub;
    }

    public class Proxy : DispatchProxy
    {
        internal object? Target { get; set; }


        internal Dictionary<string, Func<object?[], object?>> Answers { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (Answers.TryGetValue(targetMethod!.Name, out var answer))
                return answer(args ?? []);
            return Target is null
                ? throw new NotSupportedException(targetMethod.Name)
                : targetMethod.Invoke(Target, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
