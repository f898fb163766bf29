// What shading hands to the camera: the square root of exposed light, in half floats, with nothing clipped.
// Alpha carries luma for the edge filter, which cares for what will be seen.
vec4 developed(vec3 light) {
    vec3 coded = sqrt(clamp(light, vec3(0.0), vec3(60000.0)));
    return vec4(coded, min(dot(coded, vec3(0.299, 0.587, 0.114)), 1.0));
}
