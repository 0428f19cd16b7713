using StreamBert.Streaming.Webhooks;

namespace StreamBert.Tests.Streaming.Webhooks;

/// <summary>Tests the signature of messages.</summary>
public sealed class WebhookMessageTests
{
    [Fact]
    public void The_signature_is_that_of_the_published_example_of_Standard_Webhooks()
    {
        var message = new WebhookMessage("msg_p5jXN8AQM9LWM0D4loKWxJek", """{"test": 2432232314}""");
        var secret = WebhookRules.DecodeSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", message.Sign(secret, 1614265330));
    }
}
