// Second and third step of the glare: a bell curve along one direction.
uniform sampler2D picture;
uniform ivec2 along;
layout(location = 0) out vec4 out_glare;

const float WEIGHTS[6] = float[6](0.20, 0.17, 0.115, 0.065, 0.033, 0.017);

void main() {
    ivec2 last = textureSize(picture, 0) - 1;
    vec3 sum = vec3(0.0);
    for (int k = -5; k <= 5; k++)
        sum += WEIGHTS[abs(k)] * texelFetch(picture, clamp(ivec2(gl_FragCoord.xy) + along * k, ivec2(0), last), 0).rgb;
    out_glare = vec4(sum, 1.0);
}
